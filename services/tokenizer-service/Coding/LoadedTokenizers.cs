using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.Tokenizers;
using Trainyard.TokenizerService.Catalog;

namespace Trainyard.TokenizerService.Coding;

/// <summary>A cache of the most recently used tokenizers.</summary>
internal sealed class LoadedTokenizers(TokenizerCatalog catalog, IOptions<TokenizerOptions> options)
{
    private readonly Lock gate = new();
    private readonly LinkedList<(string Id, Lazy<BpeTokenizer> Tokenizer)> latestFirst = new();

    /// <exception cref="TrainyardException">TOKENIZER_NOT_FOUND, or ILLEGAL_TRANSITION if it isn't trained.</exception>
    public BpeTokenizer Require(string tokenizerId)
    {
        var manifest = catalog.Require(tokenizerId);
        if (manifest.Status is not TokenizerStatus.Completed)
        {
            throw new TrainyardException(ErrorCode.IllegalTransition,
                $"Tokenizer '{tokenizerId}' can't be used: it is {manifest.Status.ToString().ToLowerInvariant()}. {manifest.Message}");
        }
        return Latest(tokenizerId).Value;
    }

    public void Forget(string tokenizerId)
    {
        lock (gate)
        {
            if (Find(tokenizerId) is { } node)
            {
                latestFirst.Remove(node);
            }
        }
    }

    private Lazy<BpeTokenizer> Latest(string tokenizerId)
    {
        lock (gate)
        {
            var node = Find(tokenizerId);
            if (node is not null)
            {
                latestFirst.Remove(node);
            }
            // Failures are not cached, so that a later load can succeed.
            var path = catalog.PathOf(tokenizerId, TokenizerCatalog.TokenizerFile);
            node ??= new((tokenizerId, new(() => BpeTokenizer.Load(path), LazyThreadSafetyMode.PublicationOnly)));
            latestFirst.AddFirst(node);
            if (latestFirst.Count > options.Value.CacheSize)
            {
                latestFirst.RemoveLast();
            }
            return node.Value.Tokenizer;
        }
    }

    private LinkedListNode<(string Id, Lazy<BpeTokenizer> Tokenizer)>? Find(string tokenizerId)
    {
        for (var node = latestFirst.First; node is not null; node = node.Next)
        {
            if (node.Value.Id == tokenizerId)
            {
                return node;
            }
        }
        return null;
    }
}
