namespace Trainyard.Models.Families;

/// <summary>A parameter of a model.</summary>
/// <param name="Name">Its name in the weights' file.</param>
/// <param name="Size">Its size in each dimension.</param>
/// <param name="Start">The values of a fresh model.</param>
public sealed record ParameterSpec(string Name, long[] Size, ParameterStart Start)
{
    /// <summary>What it is part of: by default, a matrix is that of a linear layer.</summary>
    public ParameterRole Role { get; init; } = Size.Length switch
    {
        1 => ParameterRole.Vector,
        2 => ParameterRole.Linear,
        _ => ParameterRole.Convolution,
    };

    /// <summary>How many numbers it has.</summary>
    public long Count => Size.Aggregate(1L, (product, size) => product * size);
}

/// <summary>What a parameter is part of.</summary>
public enum ParameterRole
{
    /// <summary>The matrix of a linear layer within the model.</summary>
    Linear,

    /// <summary>An embedding, which may also be the output layer.</summary>
    Embedding,

    /// <summary>The matrix or the bias of an output layer of its own.</summary>
    Output,

    /// <summary>The weights of a convolution.</summary>
    Convolution,

    /// <summary>A norm or a bias.</summary>
    Vector,
}

/// <summary>The values a parameter of a fresh model has.</summary>
public enum ParameterStart
{
    /// <summary>From N(0, 0.02).</summary>
    Normal,

    /// <summary>From N(0, 0.02 / sqrt(2 layers)): a matrix that writes to the residual stream (Radford et al., 2019).</summary>
    NormalToResidual,

    /// <summary>
    /// From N(0, sqrt(2 / inputs)): weights before a ReLU (He et al., 2015). The first dimension counts the outputs, the others the inputs.
    /// </summary>
    NormalToRectifier,

    /// <summary>1.</summary>
    One,

    /// <summary>0.</summary>
    Zero,
}
