"""The public side: listings, words, enquiries, the outbox, saved searches, shared notes. All of it is apart."""
