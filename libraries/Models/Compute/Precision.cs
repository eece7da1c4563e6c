namespace Trainyard.Models.Compute;

/// <summary>A number format of matrix products.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Fp32,

    /// <summary>bfloat16: the range of float32 with 8 bits of precision.</summary>
    Bf16,

    /// <summary>bfloat16 where the CPU computes in it, float32 elsewhere.</summary>
    Auto,
}
