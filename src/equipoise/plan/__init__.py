"""What follows from a study: forms and branching, edit checks, the calendar, the codebook, the patient's questions."""
