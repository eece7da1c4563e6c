namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Marks a body that is one <paramref name="item"/> or a list of them, so that a refusal can name the member at fault.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OneOrManyAttribute(Type item) : Attribute
{
    /// <summary>The type of one.</summary>
    public Type Item { get; } = item;
}
