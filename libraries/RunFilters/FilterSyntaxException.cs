namespace Trainyard.RunFilters;

/// <summary>A text is not a filter. The message says where, what was expected and what is there, for whoever wrote the filter.</summary>
public sealed class FilterSyntaxException : FormatException
{
    internal FilterSyntaxException(string message, int? character = null)
        : base(character is null ? message : $"character {character}: {message}") => Character = character;

    /// <summary>The position of the error in the text, in UTF-16 units counted from 1; null if the text as a whole is invalid.</summary>
    public int? Character { get; }
}
