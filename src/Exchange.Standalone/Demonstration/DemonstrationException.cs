namespace Exchange.Standalone.Demonstration;

/// <summary>The story cannot go on: a part of the platform did not do what the story needs.</summary>
internal sealed class DemonstrationException(string message) : Exception(message);
