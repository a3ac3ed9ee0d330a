"""Discussions all members may read: spaces, topics, posts. The server reads them too."""
