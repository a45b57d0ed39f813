"""The watcher is killed, again and again, and nothing is lost or said twice."""
