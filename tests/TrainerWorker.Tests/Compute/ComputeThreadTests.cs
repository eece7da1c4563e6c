using Trainyard.TrainerWorker.Compute;

namespace Trainyard.TrainerWorker.Tests.Compute;

public class ComputeThreadTests
{
    private static readonly AsyncLocal<string?> Scope = new();

    [Fact]
    public async Task All_work_has_the_same_thread_and_the_scope_of_its_caller()
    {
        using var thread = new ComputeThread();
        var threads = new HashSet<int>();
        foreach (var scope in (string[])["first", "second"])
        {
            Scope.Value = scope;
            var (id, seen) = await thread.RunAsync(() => (Environment.CurrentManagedThreadId, Scope.Value));
            threads.Add(id);
            Assert.Equal(scope, seen);
        }

        Assert.Single(threads);
    }

    [Fact]
    public async Task A_failure_is_its_callers_and_the_next_work_is_done()
    {
        using var thread = new ComputeThread();

        await Assert.ThrowsAsync<InvalidOperationException>(() => thread.RunAsync<int>(() => throw new InvalidOperationException()));

        Assert.Equal(3, await thread.RunAsync(() => 3));
    }
}
