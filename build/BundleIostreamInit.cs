using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a 64-bit ELF library so that it needs no libstdc++ of GCC 13: the one symbol it imports from there becomes a hidden symbol of its
/// own that points at a <c>ret</c>, and the version it was imported under becomes optional. A library without that symbol is copied as
/// it is.
/// </summary>
public sealed class BundleIostreamInit : Task
{
    private const string Symbol = "_ZSt21ios_base_library_initv";
    private const string Version = "GLIBCXX_3.4.32";

    [Required]
    public string Original { get; set; }

    [Required]
    public string Copy { get; set; }

    public override bool Execute()
    {
        var elf = File.ReadAllBytes(Original);
        if (BitConverter.ToUInt32(elf, 0) == 0x464c457f && elf[4] == 2)
        {
            Patch(elf);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Copy));
        File.Delete(Copy);
        File.WriteAllBytes(Copy, elf);
        return true;
    }

    private void Patch(byte[] elf)
    {
        Section symbols = Find(elf, ".dynsym"), names = Find(elf, ".dynstr"), text = Find(elf, ".text"),
            versions = Find(elf, ".gnu.version_r");

        for (var entry = symbols.Offset; entry < symbols.Offset + symbols.Size; entry += 24)
        {
            if (BitConverter.ToUInt16(elf, entry + 6) != 0 || Name(elf, names, entry) != Symbol)
            {
                continue;
            }

            var ret = Array.IndexOf(elf, (byte)0xC3, text.Offset, text.Size);
            elf[entry + 5] = 2; // st_other = STV_HIDDEN: the loader looks no further than this library
            BitConverter.GetBytes((ushort)text.Index).CopyTo(elf, entry + 6);
            BitConverter.GetBytes(text.Address + (ulong)(ret - text.Offset)).CopyTo(elf, entry + 8);
            BitConverter.GetBytes(1UL).CopyTo(elf, entry + 16);
            MakeOptional(elf, names, versions);
            return;
        }
    }

    private static void MakeOptional(byte[] elf, Section names, Section versions)
    {
        for (int need = versions.Offset, next; ; need += next)
        {
            var auxiliary = need + BitConverter.ToInt32(elf, need + 8);
            for (int left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
            {
                if (Name(elf, names, auxiliary + 8) == Version)
                {
                    elf[auxiliary + 4] |= 2; // VER_FLG_WEAK
                }
                auxiliary += BitConverter.ToInt32(elf, auxiliary + 12);
            }

            next = BitConverter.ToInt32(elf, need + 12);
            if (next == 0)
            {
                return;
            }
        }
    }

    private static Section Find(byte[] elf, string name)
    {
        int table = (int)BitConverter.ToInt64(elf, 0x28), size = BitConverter.ToUInt16(elf, 0x3A), count = BitConverter.ToUInt16(elf, 0x3C);
        var names = Read(elf, table, size, BitConverter.ToUInt16(elf, 0x3E));

        for (var index = 0; index < count; index++)
        {
            if (Name(elf, names, table + index * size) == name)
            {
                return Read(elf, table, size, index);
            }
        }

        throw new InvalidDataException("The library has no section " + name + ".");
    }

    private static Section Read(byte[] elf, int table, int size, int index)
    {
        var header = table + index * size;
        return new Section
        {
            Index = index,
            Address = BitConverter.ToUInt64(elf, header + 0x10),
            Offset = (int)BitConverter.ToInt64(elf, header + 0x18),
            Size = (int)BitConverter.ToInt64(elf, header + 0x20),
        };
    }

    private static string Name(byte[] elf, Section names, int field)
    {
        var start = names.Offset + BitConverter.ToInt32(elf, field);
        return Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start);
    }

    private struct Section
    {
        public int Index;
        public ulong Address;
        public int Offset;
        public int Size;
    }
}
