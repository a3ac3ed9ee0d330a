"""Who may do what, where and until when: grants of roles, and what follows in the studio."""
