using TorchSharp;

namespace Trainyard.Models;

/// <summary>A tensor and the name it is stored under.</summary>
/// <param name="Name">Unique within its file.</param>
/// <param name="Tensor">Contiguous, on the CPU.</param>
public sealed record NamedTensor(string Name, torch.Tensor Tensor);
