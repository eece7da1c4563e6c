using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Trainyard.CheckpointFiles;

/// <summary>
/// The names in a pickle, found by scanning its opcodes (described by Python's <c>pickletools</c>) without executing them: a pickle is a
/// program, and loading a malicious one runs it.
/// </summary>
/// <param name="Globals">The names it would import, as <c>module.name</c>, each once.</param>
/// <param name="Refused">
/// Imports that no tensor needs, and those whose names are computed while loading. Loading the pickle could execute them.
/// </param>
/// <param name="Storages">The tensors' bytes it refers to, each once.</param>
public sealed record PickleScan(IReadOnlyList<string> Globals, IReadOnlyList<string> Refused, IReadOnlyList<TorchStorage> Storages)
{
    /// <summary>The short texts in it, the keys of its dictionaries among them; of very many, the first.</summary>
    public IReadOnlySet<string> Texts { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The first tensors that lie outside their storages, and storages described in two ways.</summary>
    public IReadOnlyList<string> Misplaced { get; init; } = [];

    // An old file of torch.save: a number, a version, the writer's machine, the value, the storages' names; then their bytes.
    private const int LegacyPickles = 5;
    private const string LegacyMagic = "119547037146038801333356";

    /// <summary>Walks over a pickle up to its end mark; over all those of an old file of <c>torch.save</c>.</summary>
    /// <exception cref="InvalidDataException">It is none, breaks off, or has something behind it that a loader might go on to.</exception>
    public static PickleScan Read(ReadOnlySpan<byte> pickle)
    {
        var walk = new Walk(pickle);
        walk.ToEnd();
        if (walk.Value == LegacyMagic)
        {
            for (var read = 1; read < LegacyPickles; read++)
            {
                walk.ToEnd();
            }
        }
        else if (!walk.IsAtEnd)
        {
            throw new InvalidDataException("there is more behind its pickle");
        }
        return new([.. walk.Globals.Order(StringComparer.Ordinal)], [.. walk.Refused.Order(StringComparer.Ordinal)],
            [.. walk.Storages.Values])
        { Texts = walk.Texts, Misplaced = walk.Misplaced };
    }

    private ref struct Walk(ReadOnlySpan<byte> pickle)
    {
        // What a persistent id is made of: 'storage', a class, a key, a place, a count, and in old files a view.
        private const int MaxAtoms = 8;
        private const int MaxTexts = 100_000;
        private const int LongestText = 1024;
        private const string Unknown = "(made while loading)";

        private readonly ReadOnlySpan<byte> pickle = pickle;
        private readonly Dictionary<long, string> memo = [];
        private readonly List<string> atoms = [];
        private PickleStack values = new();
        private string pushed = Unknown;
        private int position;

        public HashSet<string> Globals { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Texts { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, TorchStorage> Storages { get; } = new(StringComparer.Ordinal);

        public List<string> Misplaced { get; } = [];

        /// <summary>What the last pickle came to, where that is one number or text.</summary>
        public string Value { get; private set; } = "";

        public readonly bool IsAtEnd => position == pickle.Length;

        /// <summary>Walks over one pickle, which knows nothing of the one before.</summary>
        public void ToEnd()
        {
            memo.Clear();
            atoms.Clear();
            values = new();
            while (Next())
            {
            }
            Misplaced.AddRange(values.Misplaced);
            Value = Atom(1);
        }

        /// <summary>Takes one opcode; false at the end mark.</summary>
        private bool Next()
        {
            var opcode = Take(1)[0];
            var index = 0L;
            switch (opcode)
            {
                case (byte)'.':
                    values.Apply(opcode, pushed, index);
                    return false;
                case (byte)'c' or (byte)'i':
                    Import(Line(), Line());
                    break;
                case 0x93:
                    var (module, name) = (Atom(2), Atom(1));
                    atoms.RemoveRange(Math.Max(0, atoms.Count - 2), Math.Min(2, atoms.Count));
                    Import(module, name);
                    break;
                case (byte)'Q':
                    Refer();
                    break;
                case (byte)'X':
                    Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case 0x8c or (byte)'U':
                    Push(Text(Take(1)[0]));
                    break;
                case (byte)'T':
                    Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case 0x8d:
                    Push(Text(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))));
                    break;
                case (byte)'V' or (byte)'S':
                    Push(Note(Line().Trim('\'', '"')));
                    break;
                case (byte)'I' or (byte)'L':
                    Push(Line());
                    break;
                case (byte)'J':
                    Push(BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case (byte)'K':
                    Push(Take(1)[0]);
                    break;
                case (byte)'M':
                    Push(BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 0x8a:
                    Push(new BigInteger(Take(Take(1)[0])).ToString(CultureInfo.InvariantCulture));
                    break;
                case (byte)'q':
                    memo[index = Take(1)[0]] = Atom(1);
                    break;
                case (byte)'r':
                    memo[index = BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Atom(1);
                    break;
                case 0x94:
                    memo[index = memo.Count] = Atom(1);
                    break;
                case (byte)'h':
                    Push(Recall(index = Take(1)[0]));
                    break;
                case (byte)'j':
                    Push(Recall(index = BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case (byte)'g':
                    Push(Recall(index = Number(Line())));
                    break;
                case (byte)'p':
                    memo[index = Number(Line())] = Atom(1);
                    break;
                case (byte)'N':
                    Push(Unknown);
                    break;
                case (byte)'2':
                    Push(Atom(1));
                    break;
                case (byte)'F' or (byte)'P':
                    Line();
                    atoms.Clear();
                    break;
                case 0x95:
                    Take(8);
                    break;
                case 0x80:
                    Take(1);
                    break;
                case (byte)'G':
                    SkipValue(8);
                    break;
                case 0x82 or 0x83 or 0x84:
                    // A number for something the loading program has registered.
                    Take(1 << (opcode - 0x82));
                    Import(Unknown, Unknown);
                    break;
                case (byte)'B' or 0x8b:
                    SkipValue(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                    break;
                case (byte)'C':
                    SkipValue(Take(1)[0]);
                    break;
                case 0x8e or 0x96:
                    SkipValue(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));
                    break;
                case (byte)'t':
                    break;
                case (byte)'(' or (byte)'0' or (byte)'1' or (byte)'R' or (byte)'a' or (byte)'b' or (byte)'d' or (byte)'}' or (byte)'e'
                    or (byte)'l' or (byte)']' or (byte)'o' or (byte)'s' or (byte)')' or (byte)'u'
                    or 0x81 or 0x85 or 0x86 or 0x87 or 0x88 or 0x89 or 0x8f or 0x90 or 0x91 or 0x92 or 0x97 or 0x98:
                    // What is on the stack now is no longer what was pushed last: better unknown than wrong.
                    atoms.Clear();
                    break;
                default:
                    throw new InvalidDataException($"its pickle has an opcode that there is not: 0x{opcode:x2}");
            }
            values.Apply(opcode, pushed, index);
            return true;
        }

        private readonly string Recall(long index) => memo.TryGetValue(index, out var atom)
            ? atom
            : throw new InvalidDataException($"its pickle recalls value {index}, which it has not remembered");

        private void Import(string module, string name)
        {
            var imported = $"{module}.{name}";
            Globals.Add(imported);
            if (!TensorGlobals.Contain(module, name))
            {
                Refused.Add(imported);
            }
            Push(imported);
        }

        private void Refer()
        {
            var last = Atom(6) == "storage" ? 2 : 1;
            if (Atom(last + 4) == "storage" && TorchStorage.Of(Atom(last + 3), Atom(last + 2), Atom(last)) is { } storage
                && !Storages.TryAdd(storage.Key, storage) && Storages[storage.Key] is var known && known != storage
                && Misplaced.Count < CheckpointFile.MaxProblems)
            {
                Misplaced.Add($"storage {storage.Key} has {known.Elements:N0} {known.Type} elements in one place of the pickle and "
                    + $"{storage.Elements:N0} {storage.Type} elements in another");
            }
            atoms.Clear();
        }

        private void Push(long number) => Push(number.ToString(CultureInfo.InvariantCulture));

        private void Push(string atom)
        {
            pushed = atom;
            if (atoms.Count == MaxAtoms)
            {
                atoms.RemoveAt(0);
            }
            atoms.Add(atom);
        }

        private readonly string Atom(int fromEnd) => atoms.Count >= fromEnd ? atoms[^fromEnd] : Unknown;

        private string Text(ulong length)
        {
            var bytes = Take(Length(length));
            // A name is short: a long text is a value, which is not looked at.
            return Note(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LongestText)]));
        }

        private readonly string Note(string text)
        {
            if (text.Length < LongestText && Texts.Count < MaxTexts)
            {
                Texts.Add(text);
            }
            return text;
        }

        private string Line()
        {
            var length = pickle[position..].IndexOf((byte)'\n');
            return length < 0 ? throw BrokenOff() : Encoding.UTF8.GetString(Take(length + 1)[..^1]);
        }

        private void SkipValue(ulong length)
        {
            Take(Length(length));
            atoms.Clear();
        }

        private static long Number(string line) =>
            long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidDataException("its pickle's memo has no number");

        private static int Length(ulong length) => length <= int.MaxValue ? (int)length : throw BrokenOff();

        private ReadOnlySpan<byte> Take(int length)
        {
            if (length > pickle.Length - position)
            {
                throw BrokenOff();
            }
            position += length;
            return pickle.Slice(position - length, length);
        }

        private static InvalidDataException BrokenOff() => new("its pickle breaks off");
    }
}
