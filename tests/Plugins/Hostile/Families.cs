using Trainyard.Models.Families;
using Trainyard.Models.Gpt2;
using Trainyard.Models.LanguageModels;

namespace Hostile;

/// <summary>A family that would work, if it were not for what the others do.</summary>
public abstract class BorrowedFamily : LanguageModelFamily
{
    private readonly Gpt2Family gpt2 = new();

    public override string Name => "hostile";

    public override IReadOnlyList<string> ModelTypes { get; } = ["hostile"];

    public override Type ShapeType => typeof(Gpt2Shape);

    public override LanguageModelShape Prepare(ModelSize size) => gpt2.Prepare(size);

    public override LanguageModelShape Read(HuggingFaceConfig config) => gpt2.Read(config);
}

/// <summary>Can't be created.</summary>
public sealed class ThrowingFamily : BorrowedFamily
{
    public ThrowingFamily() => throw new InvalidOperationException("No licence was found.");
}

/// <summary>Ends the process that creates it.</summary>
public sealed class ExitingFamily : BorrowedFamily
{
    public ExitingFamily() => Environment.Exit(3);
}

/// <summary>Is not what its plugin.json says.</summary>
public sealed class MisnamedFamily : BorrowedFamily
{
    public override string Name => "other";
}

/// <summary>Reads other folders than its plugin.json says.</summary>
public sealed class MistypedFamily : BorrowedFamily
{
    public override IReadOnlyList<string> ModelTypes { get; } = ["hostile", "gpt2"];
}

/// <summary>Fails when a model is prepared.</summary>
public sealed class UnpreparedFamily : BorrowedFamily
{
    public override LanguageModelShape Prepare(ModelSize size) => throw new NotSupportedException("This size was never tried.");
}

/// <summary>Needs a library of its own.</summary>
public sealed class DependentFamily : BorrowedFamily
{
    public DependentFamily() => new HdrHistogram.LongHistogram(1000, 2).RecordValue(7);
}

/// <summary>Is no family.</summary>
public sealed class Stranger;
