namespace Trainyard.CheckpointFiles;

/// <summary>
/// The names allowed in a pickle of tensors, numbers and texts: those of <c>torch.load(…, weights_only=True)</c>, and numpy arrays. All
/// others are rejected, because the file doesn't show what they do when called.
/// </summary>
internal static class TensorGlobals
{
    private static readonly string[] Storages =
    [
        "Double", "Float", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool", "ComplexDouble", "ComplexFloat",
        "QInt8", "QUInt8", "QInt32", "QUInt4x2", "QUInt2x4",
    ];

    private static readonly string[] DataTypes =
    [
        "float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz",
        "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool", "complex128", "complex64", "complex32",
        "qint8", "quint8", "qint32", "quint4x2", "quint2x4",
    ];

    private static readonly HashSet<string> All = new(
    [
        "collections.OrderedDict", "collections.Counter", "collections.defaultdict", "_codecs.encode",
        .. Of("builtins", "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "range", "set", "slice",
            "str", "tuple"),
        .. Of("__builtin__", "bool", "bytearray", "complex", "dict", "float", "frozenset", "int", "list", "long", "set", "slice", "str",
            "tuple", "unicode"),
        .. Of("torch", "Size", "Tensor", "device", "strided", "sparse_coo", "sparse_csr", "per_tensor_affine", "per_tensor_symmetric",
            "per_channel_affine"),
        .. Of("torch", [.. DataTypes]),
        .. Of("torch", [.. Storages.Select(type => $"{type}Storage")]),
        .. Of("torch.cuda", [.. Storages.Select(type => $"{type}Storage")]),
        .. Of("torch.storage", "TypedStorage", "UntypedStorage", "_TypedStorage", "_UntypedStorage"),
        .. Of("torch.nn.parameter", "Parameter", "Buffer"),
        .. Of("torch._tensor", "_rebuild_from_type_v2"),
        .. Of("torch.serialization", "_get_layout"),
        .. Of("torch._utils", "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter",
            "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor",
            "_rebuild_nested_tensor", "_rebuild_meta_tensor_no_storage",
            "_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor", "_rebuild_wrapper_subclass"),
        .. Of("numpy", "dtype", "ndarray"),
        .. Of("numpy.core.multiarray", "_reconstruct", "scalar"),
        .. Of("numpy._core.multiarray", "_reconstruct", "scalar"),
        .. Of("numpy.core.numeric", "_frombuffer"),
        .. Of("numpy._core.numeric", "_frombuffer"),
    ], StringComparer.Ordinal);

    /// <param name="module">Where it is imported from.</param>
    /// <param name="name">Without dots: Python looks up each part of one with dots.</param>
    public static bool Contain(string module, string name) =>
        !name.Contains('.', StringComparison.Ordinal) && All.Contains($"{module}.{name}");

    private static IEnumerable<string> Of(string module, params string[] names) => names.Select(name => $"{module}.{name}");
}
