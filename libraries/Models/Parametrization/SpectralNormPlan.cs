using System.IO.Enumeration;

namespace Trainyard.Models.Parametrization;

/// <summary>Which linear layers are spectrally normalised, and how.</summary>
public sealed record SpectralNormPlan
{
    /// <summary>
    /// Patterns of layer names, separated by commas: a layer is normalised if one of them matches its whole name, such as
    /// <c>transformer.h.0.attn.c_attn</c>. <c>*</c> stands for any characters, <c>?</c> for one.
    /// </summary>
    public string Layers { get; init; } = "*";

    /// <summary>Power iterations per step; at least 1.</summary>
    public int Iterations { get; init; } = 1;

    internal bool Chooses(string layer) => Layers
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, layer, ignoreCase: false));
}
