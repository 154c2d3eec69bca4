"""Records of the ClinicalTrials.gov registry (API version 2, JSON): from files to listings."""
