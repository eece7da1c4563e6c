using Trainyard.Models.Compute;

[assembly: AssemblyFixture(typeof(Trainyard.Models.Tests.TorchFixture))]

namespace Trainyard.Models.Tests;

/// <summary>Loads libtorch the way training does before any test touches it: some settings count only then.</summary>
public sealed class TorchFixture
{
    public TorchFixture() => TorchRuntime.Prepare(threads: 1);
}
