using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Stores an enum as the lower-case word that the API also uses.</summary>
internal sealed class LowerCase<T>() : ValueConverter<T, string>(
    value => value.ToString().ToLowerInvariant(), text => Enum.Parse<T>(text, true))
    where T : struct, Enum;
