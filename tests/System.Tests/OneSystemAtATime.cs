namespace Trainyard.SystemTests;

/// <summary>
/// The collection of tests that start a whole system on the servers they share: one after the other, because the stores of two systems on
/// one broker would take each other's events.
/// </summary>
public static class OneSystemAtATime
{
    public const string Name = "one distributed system at a time";
}
