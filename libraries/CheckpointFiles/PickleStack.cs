namespace Trainyard.CheckpointFiles;

/// <summary>
/// Follows a pickle's stack, without executing anything, to find where its tensors lie in their storages. Values that no tensor is made
/// of are unknown, and so is everything made from them.
/// </summary>
internal sealed class PickleStack
{
    // These bound the memory that a hostile pickle can take. A tensor needs far less of each.
    private const int MaxValues = 1_000_000;
    private const int MaxMemo = 4_000_000;
    private const int MaxTuple = 128;
    private const int MaxNesting = 4;

    private static readonly object Mark = new();
    private static readonly object Unknown = new();

    private readonly List<object> stack = [];
    private readonly Dictionary<long, object> memo = [];
    private readonly List<MisplacedTensor> misplaced = [];
    private bool isLost;

    /// <summary>The first tensors that lie outside their storages.</summary>
    public IEnumerable<string> Misplaced => misplaced.Select(tensor => tensor.ToString());

    /// <summary>Applies one opcode.</summary>
    /// <param name="opcode">As in Python's <c>pickletools</c>.</param>
    /// <param name="atom">The text, number or name it pushes, if any.</param>
    /// <param name="index">The memo's place it reads or writes, if any.</param>
    /// <exception cref="InvalidDataException">The opcode needs a value or a mark that is not on the stack.</exception>
    public void Apply(byte opcode, string atom, long index)
    {
        if (isLost)
        {
            return;
        }
        switch (opcode)
        {
            case (byte)'(':
                Push(Mark);
                break;
            case (byte)'c' or (byte)'X' or 0x8c or 0x8d or (byte)'U' or (byte)'T' or (byte)'V' or (byte)'S'
                or (byte)'I' or (byte)'L' or (byte)'J' or (byte)'K' or (byte)'M' or 0x8a:
                Push(atom);
                break;
            case (byte)'q' or (byte)'r' or (byte)'p' or 0x94:
                Remember(index);
                break;
            case (byte)'h' or (byte)'j' or (byte)'g':
                Push(memo.GetValueOrDefault(index, Unknown));
                break;
            case (byte)')':
                Push(PickledTuple.Empty);
                break;
            case 0x85 or 0x86 or 0x87:
                Push(Tuple(Pop(opcode - 0x84)));
                break;
            case (byte)'t':
                Push(Tuple(PopToMark()));
                break;
            case (byte)'R':
                var called = Pop(2);
                Push(Call(called[0], called[1]));
                break;
            case (byte)'Q':
                Push(StorageOf(Pop()));
                break;
            case 0x93:
                Pop(2);
                Push(atom);
                break;
            case (byte)'s':
                NameTensors(Pop(2));
                Top();
                break;
            case (byte)'u':
                NameTensors(PopToMark());
                Top();
                break;
            case (byte)'2':
                Push(Top());
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'a' or (byte)'b':
                Pop();
                Top();
                break;
            case (byte)'1':
                PopToMark();
                break;
            case (byte)'e' or 0x90:
                PopToMark();
                Top();
                break;
            case (byte)'l' or (byte)'d' or (byte)'o' or (byte)'i' or 0x91:
                PopToMark();
                Push(Unknown);
                break;
            case 0x81:
                Pop(2);
                Push(Unknown);
                break;
            case 0x92:
                Pop(3);
                Push(Unknown);
                break;
            case 0x98 or (byte)'.':
                Top();
                break;
            case 0x80 or 0x95:
                break;
            default:
                Push(Unknown);
                break;
        }
    }

    private object Call(object function, object arguments) => (function, arguments) switch
    {
        ("torch.Size" or "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state",
            PickledTuple { Values: [var wrapped, ..] }) => wrapped,
        ("torch._tensor._rebuild_from_type_v2", PickledTuple { Values: [var inner, _, var its, ..] }) => Call(inner, its),
        ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_qtensor",
            PickledTuple { Values: [TorchStorage storage, string offset, PickledTuple size, PickledTuple stride, ..] }) =>
                Place(storage, TorchTypes.SizeOfElement(storage.Type), offset, size, stride),
        ("torch._utils._rebuild_tensor_v3",
            PickledTuple
            {
                Values: [TorchStorage storage, string offset, PickledTuple size, PickledTuple stride, _, _, string type, ..],
            }) => Place(storage, TorchTypes.SizeOfElement(type), offset, size, stride),
        _ => Unknown,
    };

    private object Place(TorchStorage storage, int? elementSize, string offset, PickledTuple size, PickledTuple stride)
    {
        if (elementSize is not { } bytes || MisplacedTensor.Check(storage, bytes, offset, size.Values, stride.Values) is not { } tensor)
        {
            return Unknown;
        }
        if (misplaced.Count < CheckpointFile.MaxProblems)
        {
            misplaced.Add(tensor);
        }
        return tensor;
    }

    private static object StorageOf(object id) =>
        id is PickledTuple { Values: ["storage", string type, string key, _, string elements, ..] }
            && TorchStorage.Of(type, key, elements) is { } storage ? storage : Unknown;

    /// <summary>Names each tensor by the key under which a dictionary holds it.</summary>
    private static void NameTensors(object[] pairs)
    {
        for (var index = 0; index + 1 < pairs.Length; index += 2)
        {
            if (pairs[index] is string name && pairs[index + 1] is MisplacedTensor tensor)
            {
                tensor.Name ??= name;
            }
        }
    }

    private static object Tuple(object[] values)
    {
        var nesting = 1 + values.Select(value => value is PickledTuple inner ? inner.Nesting : 0).DefaultIfEmpty().Max();
        return values.Length > MaxTuple || nesting > MaxNesting ? Unknown : new PickledTuple(values, nesting);
    }

    private void Push(object value)
    {
        if (stack.Count < MaxValues)
        {
            stack.Add(value);
            return;
        }
        isLost = true;
        stack.Clear();
        memo.Clear();
    }

    private object Pop() => Pop(1)[0];

    /// <summary>Takes values off the stack, in the order they were pushed.</summary>
    private object[] Pop(int count)
    {
        var values = new object[count];
        for (var index = count - 1; index >= 0; index--)
        {
            values[index] = Top();
            stack.RemoveAt(stack.Count - 1);
        }
        return values;
    }

    private object[] PopToMark()
    {
        var mark = stack.LastIndexOf(Mark);
        if (mark < 0)
        {
            throw new InvalidDataException("its pickle takes values up to a mark that is not there");
        }
        object[] values = [.. stack[(mark + 1)..]];
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }

    /// <summary>The last value. A mark hides those before it.</summary>
    private object Top() => stack is [.., var top] && !ReferenceEquals(top, Mark)
        ? top
        : throw new InvalidDataException("its pickle takes a value that is not there");

    private void Remember(long index)
    {
        var top = Top();
        if (!ReferenceEquals(top, Unknown) && (memo.Count < MaxMemo || memo.ContainsKey(index)))
        {
            memo[index] = top;
        }
        else
        {
            memo.Remove(index);
        }
    }

    private sealed record PickledTuple(object[] Values, int Nesting)
    {
        public static PickledTuple Empty { get; } = new([], 1);
    }
}
