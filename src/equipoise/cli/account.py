"""Accounts of a site: open, list, end a role, close, renew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from equipoise.cli.console import Voice
from equipoise.core.problem import Problem

if TYPE_CHECKING:
    from equipoise.server.accounts.models import Membership, User

T = TypeVar("T")
app = typer.Typer(
    help="Accounts of a site: open one, list them, end a role, close, renew.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(show_default=False, help="The name of the account.")]
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


@app.command("add")
def add(
    context: typer.Context,
    name: Name,
    email: Annotated[str, typer.Option(help="The person's address; without it the account must be there.")] = "",
    study: Annotated[str, typer.Option(help="The study in which they have a role.")] = "",
    role: Annotated[str, typer.Option(help="coordinator, investigator, pharmacist, monitor, data_manager …")] = "",
    site: Annotated[str, typer.Option(help="The centre, for the roles of one.")] = "",
    language: Annotated[str, typer.Option(help="In which mails are written: en, zh-hans or an added one.")] = "",
    json: Json = False,
) -> None:
    """Open an account, or give one that is there a role; prints the link by which its owner sets a password."""
    voice = _voice(context, json)
    with voice.failing():
        from equipoise.server.accounts.actions.introduce import introduce

        spoken = language or voice.language
        done = introduce(name, email=email, language=spoken, study=study, role=role, site=site, by=_who())
        link: str = _done(voice, done)
    if json:
        voice.write_json({"account": name, "study": study, "role": role, "site": site, "link": link})
        return
    if link:
        voice.tell("account.opened", name=name)
        voice.out.print(f"  {link}", style="bold", markup=False)
        voice.tell("account.link")
    if study:
        voice.tell("account.granted", name=name, study=study, role=role, site=site or "–")


@app.command("list")
def list_accounts(context: typer.Context, json: Json = False) -> None:
    """List the accounts with their roles, open ones and closed."""
    voice = _voice(context, json)
    with voice.failing():
        from equipoise.server.accounts.models import User

        found = list(User.objects.order_by("username").prefetch_related("memberships"))
    if json:
        voice.write_json({"accounts": [_as_json(account) for account in found]})
        return
    for account in found:
        state = "" if account.is_active else f"  ({voice.say('account.closed_mark')})"
        voice.out.print(f"{account.username}  {account.email}{state}", style="bold", markup=False)
        for held in account.memberships.order_by("since"):
            voice.tell("account.role" if held.until is None else "account.role_ended", **_role(held))
    if not found:
        voice.tell("account.none")


@app.command("end")
def end(
    context: typer.Context,
    name: Name,
    study: Annotated[str, typer.Option(help="The study in which the role ends.", show_default=False)],
    json: Json = False,
) -> None:
    """End somebody's role in a study, now; what they were stays on record."""
    voice = _voice(context, json)
    with voice.failing():
        from equipoise.server.accounts.actions.end_role import end_role

        held: Membership = _done(voice, end_role(name, study, by=_who()))
    if json:
        voice.write_json({"account": name, **_role(held)})
        return
    voice.tell("account.ended", name=name, study=study, role=held.role)


@app.command("close")
def close(context: typer.Context, name: Name, json: Json = False) -> None:
    """Close an account: its roles and its sessions end; its name is never given again."""
    voice = _voice(context, json)
    with voice.failing():
        from equipoise.server.accounts.actions.close_account import close_account

        closed: User = _done(voice, close_account(name, by=_who()))
    if json:
        voice.write_json(_as_json(closed))
        return
    voice.tell("account.closed", name=name)


@app.command("renew")
def renew(context: typer.Context, name: Name, json: Json = False) -> None:
    """Take away a lost password and second factor; prints a link by which the owner begins anew."""
    voice = _voice(context, json)
    with voice.failing():
        from equipoise.server.accounts.actions.renew_account import renew_account

        renewed = _done(voice, renew_account(name, by=_who()))
    if json:
        voice.write_json({"account": name, "link": renewed.link})
        return
    voice.tell("account.renewed", name=name)
    voice.out.print(f"  {renewed.link}", style="bold", markup=False)
    voice.tell("account.link")


def _voice(context: typer.Context, json: bool) -> Voice:
    """Return the voice, with Django set up."""
    voice: Voice = context.obj
    voice.json = json
    with voice.failing():
        from equipoise.server.setup import set_up

        set_up()
    return voice


def _done(voice: Voice, found: T | Problem) -> T:
    """Return what was done; a problem ends the command."""
    if isinstance(found, Problem):
        voice.fail([found])
    return found


def _who() -> str:
    """Return who types, as this machine knows them: they are on record for what they do."""
    import getpass

    try:
        return f"{getpass.getuser()} at the console"
    except (KeyError, OSError):
        return "the console"


def _role(held: Membership) -> dict[str, str]:
    return {
        "study": held.study,
        "role": held.role,
        "site": held.site or "–",
        "since": held.since.date().isoformat(),
        "until": held.until.date().isoformat() if held.until else "",
    }


def _as_json(account: User) -> dict[str, object]:
    return {
        "account": account.username,
        "email": account.email,
        "language": account.language,
        "open": account.is_active,
        "roles": [_role(held) for held in account.memberships.order_by("since")],
    }
