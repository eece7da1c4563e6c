using System.Runtime.InteropServices;

namespace Trainyard.Tokenizers;

/// <summary>What the trainer is doing.</summary>
public enum BpeTrainingPhase
{
    /// <summary>Reading the corpus and counting its words.</summary>
    Counting,

    /// <summary>Learning merges.</summary>
    Merging,

    /// <summary>Taking statistics.</summary>
    Evaluating,
}

/// <summary>How far training has come.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Fraction">Share of the phase that is done, 0 to 1.</param>
/// <param name="MergesDone">Merges learned so far.</param>
/// <param name="MergesWanted">Merges to learn, if the corpus has them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BpeTrainingProgress(BpeTrainingPhase Phase, double Fraction, int MergesDone, int MergesWanted);
