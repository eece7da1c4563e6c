namespace Trainyard.RunFilters;

/// <summary>What a filter can name beside metrics, parameters and tags.</summary>
/// <param name="Names">The names, separated by commas, for error messages.</param>
/// <param name="Find">Finds the field of a name; null if there is none.</param>
public sealed record FilterAttributes(string Names, Func<string, Field?> Find)
{
    /// <summary>The attributes of runs, under their own names and MLflow's.</summary>
    public static FilterAttributes OfRuns { get; } =
        new(RunAttribute.Names, name => RunAttribute.Find(name) is { } found ? new AttributeField(found) : null);
}
