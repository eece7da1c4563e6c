using Microsoft.Extensions.Options;
using Nerdbank.Streams;
using StreamJsonRpc;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Tests.Compute;

/// <summary>Computes in the tests' process, over a stream in memory: it spares each test the start of a process.</summary>
internal sealed class InProcessStarter(AppPaths paths, IOptions<WorkerOptions> options) : IComputeStarter
{
    public Task<StartedComputer> StartAsync(string purpose, CancellationToken cancellationToken) =>
        Task.FromResult<StartedComputer>(new InProcess(Computer.Create(paths, options.Value)));

    private sealed class InProcess : StartedComputer
    {
        private readonly Computer computer;
        private readonly JsonRpc server;
        private readonly JsonRpc client;

        public InProcess(Computer computer)
        {
            this.computer = computer;
            var (near, far) = FullDuplexStream.CreatePair();
            server = ComputeConnection.Serve(far, computer);
            (client, Computer) = ComputeConnection.Attach(near);
        }

        public override IComputer Computer { get; }

        public override Task Ended => client.Completion;

        public override long Memory => 0;

        public override Task<string> DescribeEndAsync() => Task.FromResult("It has ended.");

        public override void Kill() => client.Dispose();

        public override ValueTask DisposeAsync()
        {
            client.Dispose();
            server.Dispose();
            computer.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
