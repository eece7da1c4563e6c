using System.Text.Json.Serialization;

namespace Trainyard.Models.Families;

/// <summary>
/// Everything that determines a model's parameters and what it computes. Families derive from it; two shapes are equal if their models
/// have the same parameters and compute the same.
/// </summary>
[JsonConverter(typeof(ShapeConverter))]
public abstract record NetworkShape
{
    /// <summary>The family's name; see <see cref="ModelFamilies"/>.</summary>
    public abstract string Family { get; }

    /// <summary>Trainable numbers, a shared tensor counted once.</summary>
    public long ParameterCount => Parameters().Sum(parameter => parameter.Count);

    /// <summary>Blocks that write to a residual stream; <see cref="ParameterStart.NormalToResidual"/> depends on it.</summary>
    [JsonIgnore]
    public virtual int ResidualBlocks => 1;

    /// <summary>Every parameter, under its name in the weights' file.</summary>
    public abstract IEnumerable<ParameterSpec> Parameters();

    /// <summary>
    /// Whether files of this family may hold a tensor of this name that the model doesn't need, such as a buffer or the copy of a shared
    /// embedding.
    /// </summary>
    public virtual bool IsRedundant(string name) => false;

    /// <summary>The text of the model's <c>config.json</c>, from which <see cref="ModelFamily.Read"/> makes an equal shape.</summary>
    /// <param name="dropout">Share of values dropped in training.</param>
    public abstract string ConfigText(double dropout);

    /// <summary>A model with these parameters.</summary>
    /// <param name="parameters">Those of <see cref="Parameters"/>, in their order. The model disposes them.</param>
    public abstract Network Build(IReadOnlyList<NamedTensor> parameters);
}
