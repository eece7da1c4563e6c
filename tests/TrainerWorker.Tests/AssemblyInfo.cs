using Trainyard.Servers;

[assembly: AssemblyFixture(typeof(RedisServer))]
// The matrix library's threads belong to the process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
