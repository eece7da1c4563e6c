using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Trainyard.Contracts.Errors;

/// <summary>
/// Names the static property of a type that holds what each allowed word of a request's property stands for. It is read whenever it is
/// needed, because plugins may add words at the start.
/// </summary>
/// <param name="owner">The type.</param>
/// <param name="member">Its property, a dictionary by word.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PresetsAttribute(Type owner, string member) : ValidationAttribute
{
    /// <summary>The dictionary.</summary>
    public object Values => owner.GetProperty(member, BindingFlags.Public | BindingFlags.Static)?.GetValue(null)
        ?? throw new InvalidOperationException($"{owner.Name} has no static property {member}.");

    /// <summary>The allowed words.</summary>
    public IReadOnlyList<string> Words => [.. ((IDictionary)Values).Keys.Cast<string>()];

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null || (value is string word && Words.Contains(word, StringComparer.Ordinal));
}
