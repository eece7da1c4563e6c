using TorchSharp;
using Trainyard.Models.Data;

namespace Trainyard.Models.Tests;

public sealed class DataTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Theory]
    [InlineData(65_536, 2)]
    [InlineData(65_537, 4)]
    public void Tokens_come_back_from_the_file_in_as_few_bytes_as_the_vocabulary_allows(int vocabulary, int width)
    {
        int[] tokens = [0, 1, vocabulary - 1, 7];
        using var corpus = TokenizedCorpus.OpenOrCreate(scratch["corpus"], vocabulary, [new(tokens, false)]);
        var read = new long[4];
        corpus.Training.Read(0, read);

        Assert.Equal([0L, 1, vocabulary - 1, 7], read);
        Assert.Equal(4 * width, new FileInfo(Path.Combine(scratch["corpus"], "training.tokens")).Length);
    }

    [Fact]
    public void A_corpus_is_tokenised_once()
    {
        TokenizedCorpus.OpenOrCreate(scratch["corpus"], 10, [new([1, 2, 3], false)]).Dispose();
        using var again = TokenizedCorpus.OpenOrCreate(
            scratch["corpus"], 10, Enumerable.Range(
                0, 1).Select<int, CorpusPart>(_ => throw new InvalidOperationException("It was read again.")));

        Assert.Equal(3, again.Training.Count);
    }

    [Fact]
    public void Tokenising_that_breaks_off_leaves_nothing()
    {
        Assert.Throws<IOException>(() => TokenizedCorpus.OpenOrCreate(scratch["corpus"], 10, Breaking()));

        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));

        static IEnumerable<CorpusPart> Breaking()
        {
            yield return new([1, 2, 3], false);
            throw new IOException("The disk is gone.");
        }
    }

    [Fact]
    public void An_epoch_shows_every_window_once_and_targets_are_the_next_tokens()
    {
        using var corpus = TokenizedCorpus.OpenOrCreate(scratch["corpus"], 1000, [new([.. Enumerable.Range(0, 65)], false)]);
        var sampler = new WindowSampler(corpus.Training, length: 8, batchSize: 2, seed: 1);
        using var scope = torch.NewDisposeScope();
        var seen = new List<long>();
        for (var batch = 0; batch < sampler.BatchesPerEpoch; batch++)
        {
            var (inputs, targets) = sampler.Batch(epoch: 3, batch);
            Assert.Equal((inputs + 1).data<long>().ToArray(), targets.data<long>().ToArray());
            seen.AddRange(inputs.data<long>());
        }

        Assert.Equal(4, sampler.BatchesPerEpoch);
        Assert.Equal(Enumerable.Range(0, 64).Select(token => (long)token), seen.Order());
    }

    [Fact]
    public void Batches_depend_on_seed_epoch_and_position_only()
    {
        using var corpus = scratch.Corpus();
        using var scope = torch.NewDisposeScope();
        var one = new WindowSampler(corpus.Training, 8, 4, seed: 1);
        var two = new WindowSampler(corpus.Training, 8, 4, seed: 1);
        one.Batch(0, 0);
        one.Batch(1, 5);

        Assert.Equal(Tokens(one, 1, 6), Tokens(two, 1, 6));
        Assert.NotEqual(Tokens(one, 1, 6), Tokens(one, 2, 6));
        Assert.NotEqual(Tokens(one, 1, 6), Tokens(new WindowSampler(corpus.Training, 8, 4, seed: 2), 1, 6));

        static long[] Tokens(WindowSampler sampler, int epoch, int batch) => sampler.Batch(epoch, batch).Inputs.data<long>().ToArray();
    }

    public void Dispose() => scratch.Dispose();
}
