"""Every write of accounts, one verb a file; each is recorded in an access log, in the transaction of the write."""
