using Trainyard.Contracts;

namespace Trainyard.EventIngest.External;

/// <summary>
/// The run of machine samples without a <c>trial_id</c>: <c>system-&lt;source&gt;</c>, or <c>system</c> without a source.
/// </summary>
internal static class MachineRun
{
    private const string Name = "system";

    /// <param name="source">The sender.</param>
    /// <param name="prefix">The required prefix of the sender's run ids; null for none.</param>
    public static string IdOf(string? source, string? prefix)
    {
        if (string.IsNullOrEmpty(source))
        {
            return prefix + Name;
        }
        var id = $"{prefix}{Name}-{source}";
        return string.Create(Math.Min(id.Length, Identifier.MaxLength), id, static (target, id) =>
        {
            for (var index = 0; index < target.Length; index++)
            {
                target[index] = Identifier.IsValid(['a', id[index]]) ? id[index] : '-';
            }
        });
    }
}
