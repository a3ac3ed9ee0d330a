"""What whoever runs the site may see of sealed messages: counts and health, no people, no rooms."""
