namespace Trainyard.Models.Families;

/// <summary>
/// The shape of a family that this process does not have, such as one of a plugin: a manifest can be read without it, but no model made.
/// </summary>
/// <param name="FamilyName">The family's name.</param>
/// <param name="Json">The shape as JSON.</param>
internal sealed record ForeignShape(string FamilyName, string Json) : NetworkShape
{
    public override string Family => FamilyName;

    public override IEnumerable<ParameterSpec> Parameters() => throw Unknown();

    public override string ConfigText(double dropout) => throw Unknown();

    public override Network Build(IReadOnlyList<NamedTensor> parameters) => throw Unknown();

    private InvalidDataException Unknown() =>
        new($"There is no model family '{FamilyName}' here. If a plugin brought it, install the plugin again (APP__PLUGINS_ROOT).");
}
