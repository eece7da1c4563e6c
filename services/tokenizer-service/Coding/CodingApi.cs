using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.OpenApi;

namespace Trainyard.TokenizerService.Coding;

/// <summary>The text to turn into token ids.</summary>
internal sealed record EncodeRequest
{
    public required string Text { get; init; }
}

/// <summary>A text's tokens, by id and as the vocabulary writes them: " the" is "Ġthe".</summary>
internal sealed record EncodedText(IReadOnlyList<int> Ids, IReadOnlyList<string> Tokens);

/// <summary>The token ids to turn into text.</summary>
internal sealed record DecodeRequest
{
    public required int[] Ids { get; init; }
}

/// <summary>The text of the token ids.</summary>
internal sealed record DecodedText(string Text);

internal static class CodingApi
{
    // JSON may escape one character in twelve; an id takes about as many.
    private const int BodyLimit = 48_000_000;

    public static RouteGroupBuilder MapCoding(this RouteGroupBuilder tokenizers)
    {
        tokenizers.MapPost("/{tokenizerId}/encode", Encode).WithName("EncodeText").WithSummary("Encode a text as token ids")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit))
            .WithErrors(ErrorCode.IllegalTransition)
            .WithRequestExample("""{"text":"Once upon a time"}""")
            .WithResponseExample("""{"ids":[1204,763,257,540],"tokens":["Once"," upon"," a"," time"]}""");
        tokenizers.MapPost("/{tokenizerId}/decode", Decode).WithName("DecodeIds").WithSummary("Decode token ids to text")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit))
            .WithErrors(ErrorCode.IllegalTransition)
            .WithRequestExample("""{"ids":[1204,763,257,540]}""")
            .WithResponseExample("""{"text":"Once upon a time"}""");
        return tokenizers;
    }

    private static Ok<EncodedText> Encode(
        string tokenizerId, EncodeRequest request, LoadedTokenizers loaded, IOptions<TokenizerOptions> options)
    {
        var (bytes, limit) = (Encoding.UTF8.GetByteCount(request.Text), options.Value.MaxTextBytes);
        if (bytes > limit)
        {
            throw new TrainyardException(
                ErrorCode.PayloadTooLarge,
                $"text has {bytes} bytes of UTF-8; at most {limit} are allowed (TOKENIZERS__MAX_TEXT_BYTES).");
        }
        var tokenizer = loaded.Require(tokenizerId);
        var ids = tokenizer.Encode(request.Text);
        return TypedResults.Ok(new EncodedText(ids, Array.ConvertAll(ids, tokenizer.TokenText)));
    }

    private static Ok<DecodedText> Decode(
        string tokenizerId, DecodeRequest request, LoadedTokenizers loaded, IOptions<TokenizerOptions> options)
    {
        if (request.Ids.Length > options.Value.MaxIds)
        {
            throw new TrainyardException(
                ErrorCode.PayloadTooLarge,
                $"The request has {request.Ids.Length} ids; at most {options.Value.MaxIds} are allowed (TOKENIZERS__MAX_IDS).");
        }
        var tokenizer = loaded.Require(tokenizerId);
        var wrong = Array.FindIndex(request.Ids, id => id < 0 || id >= tokenizer.VocabularySize);
        if (wrong >= 0)
        {
            throw new TrainyardException(
                ErrorCode.ConfigInvalid,
                [new($"ids[{wrong}]", $"must be from 0 to {tokenizer.VocabularySize - 1}, not {request.Ids[wrong]}")]);
        }
        return TypedResults.Ok(new DecodedText(tokenizer.Decode(request.Ids)));
    }
}
