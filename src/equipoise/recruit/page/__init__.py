"""What the page of a study says to a patient, in one language: worked out from the study, or from a listing alone."""
