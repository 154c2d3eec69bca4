"""What happens: commands are decided into events, events fold into states; who may do and see what."""
