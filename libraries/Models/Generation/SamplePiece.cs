using System.Runtime.InteropServices;

namespace Trainyard.Models.Generation;

/// <summary>A piece of one of several generated texts.</summary>
/// <param name="Sample">Which of them, from 0.</param>
/// <param name="Text">Whole characters.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SamplePiece(int Sample, string Text);
