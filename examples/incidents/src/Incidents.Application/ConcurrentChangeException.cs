namespace Incidents.Application;

public sealed class ConcurrentChangeException(Exception inner)
    : Exception("The incident was changed by someone else. Load it again and retry.", inner);
