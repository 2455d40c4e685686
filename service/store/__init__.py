"""Where events are kept: `eventsourcing`'s recorders and mapper, with the record's own total order."""
