using System.Reflection;

namespace Trainyard.Contracts.Errors;

/// <summary>Names the static property of a type that holds what each allowed word of a request's property stands for.</summary>
/// <param name="owner">The type.</param>
/// <param name="member">Its property, a dictionary by word.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PresetsAttribute(Type owner, string member) : Attribute
{
    /// <summary>The dictionary.</summary>
    public object Values => owner.GetProperty(member, BindingFlags.Public | BindingFlags.Static)?.GetValue(null)
        ?? throw new InvalidOperationException($"{owner.Name} has no static property {member}.");
}
