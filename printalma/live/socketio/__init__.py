"""The door for front ends that speak Socket.IO."""
