using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Trainyard.ExperimentStore.Webhooks;

/// <summary>A secret as the database holds it. <see cref="SealedSecrets"/> opens it.</summary>
internal sealed record SealedText(string Stored)
{
    /// <summary>Stores the sealed text in a text column.</summary>
    public sealed class Converter() : ValueConverter<SealedText, string>(text => text.Stored, stored => new(stored));
}
