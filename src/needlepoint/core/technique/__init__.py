"""How an accepted procedure or therapy is carried out."""
