"""The outbox against a real SMTP server that misbehaves at each step: nothing is lost, nothing goes out twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from equipoise.server import clock
from equipoise.server.recruit.actions.claim_mail import claim_mail, mark_ending
from equipoise.server.recruit.actions.settle_mail import send_mail_again, settle_mail
from equipoise.server.recruit.actions.write_mail import write_mail
from equipoise.server.recruit.models import Mail, MailState
from equipoise.server.recruit.outbox import Outbox

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def moment() -> Clock:
    return Clock()


@pytest.fixture
def outbox(moment):
    return Outbox(now=moment, jitter=lambda: 0.5)


def write(key: str = "k", **changed):
    given = {"key": key, "purpose": "test", "to": "wang.fang@example.org", "language": "zh-hans"}
    given |= {"subject": "您的留言", "body": "您好，王芳\n.一行以点开头\n..\n再见"}
    return write_mail(**(given | {"now": lambda: clock.written(START)} | changed))


def state(key: str = "k") -> tuple[str, str]:
    kept = Mail.objects.get(key=key)
    return kept.state, kept.problem.rpartition(".")[2]


def test_a_mail_arrives_as_it_was_written_and_nothing_of_it_is_kept(database, office, outbox):
    written = write(headers={"List-Unsubscribe": "<https://example.org/" + "x" * 300 + ">"})
    assert outbox.deliver_due() == 1
    mail = office.mails[0]
    assert (mail["Subject"], mail["To"]) == ("您的留言", "wang.fang@example.org")
    assert mail.get_content().replace("\r\n", "\n").strip() == "您好，王芳\n.一行以点开头\n..\n再见"
    assert mail["Message-ID"] == written.message_id
    assert mail["List-Unsubscribe"] == "<https://example.org/" + "x" * 300 + ">"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "zh-Hans")
    assert office.envelopes == [("equipoise@localhost", ["wang.fang@example.org"])]
    kept = Mail.objects.get()
    assert (kept.state, kept.content) == ("sent", "")
    assert outbox.deliver_due() == 0


def test_a_plain_mail_travels_dot_stuffed(database, office, outbox):
    write(body="one\n.two\n...\nend")
    outbox.deliver_due()
    assert office.mails[0].get_content().replace("\r\n", "\n").rstrip() == "one\n.two\n...\nend"


def test_a_host_of_chinese_characters_travels_in_ascii(database, office, outbox):
    write(to="a@例子.中国")
    outbox.deliver_due()
    assert office.envelopes[0][1] == ["a@xn--fsqu00a.xn--fiqs8s"]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "end"])
def test_a_mail_refused_for_good_is_not_tried_again_and_is_seen(database, office, outbox, moment, step):
    office.does[step] = "550 no such person"
    write()
    assert outbox.deliver_due() == 0
    assert state() == ("refused", "mail-refused")
    assert Mail.objects.get().answer == 550
    office.does.clear()
    moment.move(days=30)
    assert outbox.deliver_due() == 0
    assert office.mails == []
    # A person decides.
    assert send_mail_again(Mail.objects.get().pk, clock.written(moment()))
    assert outbox.deliver_due() == 1
    assert not send_mail_again(Mail.objects.get().pk, clock.written(moment()))


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "end"])
def test_a_mail_refused_for_now_is_tried_again_later_and_later(database, office, outbox, moment, step):
    office.does[step] = "451 not now"
    write()
    waits = []
    for _ in range(10):
        outbox.deliver_due()
        assert state() == ("waiting", "mail-put-off")
        due = datetime.fromisoformat(Mail.objects.get().due)
        waits.append((due - moment()).total_seconds())
        moment.at = due - timedelta(seconds=1)
        calls = office.calls
        outbox.deliver_due()
        assert office.calls == calls, "tried before its time"
        moment.at = due
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    office.does.clear()
    assert outbox.deliver_due() == 1
    assert len(office.mails) == 1


def test_waits_are_spread(database, office, moment):
    office.does["RCPT"] = "450 later"
    write()
    Outbox(now=moment, jitter=lambda: 0.0).deliver_due()
    assert Mail.objects.get().due == clock.written(START + timedelta(seconds=22.5))


def test_one_refused_mail_holds_up_no_other(database, office, outbox):
    office.does["RCPT"] = "550 no"
    write("first")
    outbox.deliver_due()
    office.does.clear()
    write("second")
    write("third")
    assert outbox.deliver_due() == 2
    assert len(office.mails) == 2


@pytest.mark.parametrize("fault", [(step, how) for step in ("MAIL", "RCPT", "DATA", "body") for how in ("hang", "die")])
def test_a_server_that_hangs_or_dies_before_the_end_has_taken_nothing(database, office, outbox, moment, fault):
    office.does = dict([fault])
    long = "x" * 70 + "\n"
    write(body=long * 100_000)  # more than the system's buffers hold
    assert Outbox(now=moment, jitter=lambda: 0.5, patience=0.2).deliver_due() == 0
    assert state() == ("waiting", "mail-server-away")
    office.does.clear()
    office.in_body = False
    moment.move(minutes=2)
    assert outbox.deliver_due() == 1
    assert office.ids() == [Mail.objects.get().message_id]


@pytest.mark.parametrize("how", ["hang", "die"])
def test_a_server_that_hangs_or_dies_after_the_end_leaves_a_mail_uncertain(database, office, outbox, moment, how):
    office.does["end"] = how
    write()
    assert Outbox(now=moment, jitter=lambda: 0.5, patience=3).deliver_due() == 0
    assert state() == ("uncertain", "no-answer-at-the-end")
    office.does.clear()
    moment.move(days=30)
    assert outbox.deliver_due() == 0
    assert len(office.mails) == 1  # it had arrived
    # Sent again by a person it has the same Message-ID: a reader's program can see that it is the same mail.
    assert send_mail_again(Mail.objects.get().pk, clock.written(moment()))
    assert outbox.deliver_due() == 1
    assert len(set(office.ids())) == 1


def test_a_server_that_is_away_is_called_ever_more_seldom_and_all_goes_out_when_it_is_back(
    database, office, outbox, moment
):
    office.stop()
    for each in range(20):
        write(f"k{each}")
    called = []
    for second in range(600):
        outbox.deliver_due()
        called.append((second, Mail.objects.order_by("-attempts").first().attempts))
        moment.move(seconds=1)
    total = sum(Mail.objects.values_list("attempts", flat=True))
    assert 8 <= total <= 20
    assert set(Mail.objects.values_list("state", flat=True)) == {"waiting"}
    office.start()
    moment.move(seconds=61)
    assert outbox.deliver_due() == 20
    assert len(set(office.ids())) == 20


def test_a_login_that_is_refused_is_the_server_s_fault_and_not_the_mail_s(database, office, outbox, monkeypatch):
    monkeypatch.setenv("EQUIPOISE_MAIL", office.address.replace("//", "//user:word@"))  # it has no STARTTLS
    write()
    outbox.deliver_due()
    assert state() == ("waiting", "mail-server-away")
    assert office.mails == []


def test_a_worker_that_died_before_the_end_lets_go_of_its_mail(database, office, outbox, moment):
    write()
    assert claim_mail("dead", clock.written(moment())) is not None
    moment.move(minutes=9)
    assert outbox.deliver_due() == 0
    moment.move(minutes=2)
    assert outbox.deliver_due() == 1
    assert len(office.mails) == 1


def test_a_worker_that_died_at_the_end_leaves_a_mail_that_only_a_person_sends_again(database, office, outbox, moment):
    write()
    taken = claim_mail("dead", clock.written(moment()))
    assert mark_ending(taken, clock.written(moment()))
    moment.move(minutes=11)
    assert outbox.deliver_due() == 0
    assert state() == ("uncertain", "worker-died")


def test_a_worker_that_was_only_slow_does_not_end_what_another_has(database, moment):
    write()
    slow = claim_mail("slow", clock.written(moment()))
    moment.move(minutes=11)
    from equipoise.server.recruit.actions.claim_mail import release_lapsed

    release_lapsed(clock.written(moment() - timedelta(minutes=10)), is_repeatable=False)
    other = claim_mail("other", clock.written(moment()))
    assert other.pk == slow.pk
    assert not mark_ending(slow, clock.written(moment()))
    assert not settle_mail(slow, MailState.SENT, clock.written(moment()))
    assert mark_ending(other, clock.written(moment()))


def test_a_slow_worker_may_still_say_that_it_arrived(database, outbox, moment, office):
    write()
    slow = claim_mail("slow", clock.written(moment()))
    mark_ending(slow, clock.written(moment()))
    moment.move(minutes=11)
    outbox.deliver_due()
    assert state()[0] == "uncertain"
    assert settle_mail(slow, MailState.SENT, clock.written(moment()))
    assert state() == ("sent", "")


def test_without_a_server_mails_are_whole_files_and_the_same_mail_is_one(database, outbox, moment, tmp_path):
    write()
    taken = claim_mail("dead", clock.written(moment()))
    mark_ending(taken, clock.written(moment()))
    moment.move(minutes=11)
    assert outbox.deliver_due() == 1  # a file of the same name is the same mail: it may be repeated
    files = list((tmp_path / "home" / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml"]
    assert "您好，王芳" in files[0].read_text(encoding="utf-8")


def test_without_room_for_files_mails_wait(database, outbox, moment, tmp_path):
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "mail").write_text("in the way")
    write()
    assert outbox.deliver_due() == 0
    assert state() == ("waiting", "mail-put-off")
    (tmp_path / "home" / "mail").unlink()
    moment.move(minutes=1)
    assert outbox.deliver_due() == 1


def test_a_mail_of_another_key_waits_for_its_key(database, office, outbox, moment, monkeypatch):
    write()
    monkeypatch.setenv("EQUIPOISE_KEY", "7a" * 32)
    assert outbox.deliver_due() == 0
    assert state() == ("waiting", "other-key")
    monkeypatch.setenv("EQUIPOISE_KEY_BEFORE", "5e" * 32)
    moment.move(minutes=1)
    assert outbox.deliver_due() == 1


def test_nothing_of_a_mail_is_logged(database, office, outbox, caplog):
    caplog.set_level("DEBUG")
    for step, told in (("RCPT", "550 wang.fang@example.org is unknown"), ("RCPT", "451 wang.fang"), ("end", "die")):
        office.does = {step: told}
        write(step + told)
        outbox.deliver_due()
    told = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name[:4] == "equi"
    )
    assert "equipoise.outbox" in {record.name for record in caplog.records}
    assert "wang" not in told
    assert "您" not in told


@pytest.mark.parametrize("address", ["nonsense", "http://example.org", "smtp://", "smtp://a:b@host:port"])
def test_a_setting_that_names_no_server_is_refused_without_its_password(monkeypatch, address):
    from equipoise.core.problem import ProblemsError
    from equipoise.server.mail_server import mail_server

    monkeypatch.setenv("EQUIPOISE_MAIL", address)
    with pytest.raises(ProblemsError, match="bad-setting") as raised:
        mail_server()
    assert "a:b" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "port", "tls"),
    [
        ("smtp://post.example.org", 25, "none"),
        ("smtp://u:p%40w@post.example.org:587", 587, "asked for"),
        ("smtps://u:p%40w@post.example.org", 465, "at once"),
    ],
)
def test_the_setting_says_how_to_talk(monkeypatch, address, port, tls):
    from equipoise.server.mail_server import mail_server

    monkeypatch.setenv("EQUIPOISE_MAIL", address)
    server = mail_server()
    assert (server.host, server.port, server.tls) == ("post.example.org", port, tls)
    assert server.password in ("", "p@w")
    assert "p@w" not in repr(server)


def test_doctor_says_which_mails_wait_for_long_or_for_a_person(database):
    from equipoise.server.doctor.running import outbox as examined

    assert not examined().mend
    kept = write(now=lambda: "2026-01-01T08:00:00.000000Z")
    assert examined().mend
    Mail.objects.filter(pk=kept.pk).update(state="sent")
    assert not examined().mend
    Mail.objects.filter(pk=kept.pk).update(state="uncertain")
    assert examined().mend
