"""Nothing that is said in sealed rooms may stand anywhere the server keeps or sends things."""
