"""How the person is told: channels, and every sentence a person reads."""
