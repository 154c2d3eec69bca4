"""How people find a study: places and centres, prescreening, saved searches, plain words."""
