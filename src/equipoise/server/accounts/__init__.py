"""Who may log in, and as what: accounts, second factors, roles in studies."""
