"""Access: who asks, what that allows, whom the service refuses, and what administrators did about it."""
