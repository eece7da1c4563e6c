namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Marks a body that is one <paramref name="item"/> or a list of them, so that errors can name the invalid member.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OneOrManyAttribute(Type item) : Attribute
{
    /// <summary>The type of a single item.</summary>
    public Type Item { get; } = item;
}
