// Command check verifies a log of Liaison with the Go project's own libraries (golang.org/x/mod/sumdb), which share no code with
// it. It reads a directory that test/audit/go.test.ts has written:
//
//	key                   the log's verifier key
//	sizes                 one size of the tree a line
//	checkpoint/<size>     the signed note of that size
//	tile/8/<L>/<N>[.p/<W>] tiles of all these sizes; the first number is the height of a tile
//	record/<size>/<n>     inclusion proof of entry n in the tree of that size: leaf data and hashes, hexadecimal lines
//	tree/<from>/<to>      consistency proof: hashes, hexadecimal lines
//
// It prints one line for each file that it has verified, and ends with status 1 at the first that does not hold. With -altered it
// demands the opposite: every proof and note is changed in one bit first, and must be refused.
package main

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

var altered = flag.Bool("altered", false, "change each proof in one bit and demand that it is refused")

func main() {
	flag.Parse()
	log := open(flag.Arg(0))
	for _, size := range log.sizes {
		log.checkTiles(size)
	}
	log.checkRecords()
	log.checkTrees()
}

type files struct {
	dir      string
	verifier note.Verifier
	sizes    []int64
	trees    map[int64]tlog.Tree
}

func open(dir string) *files {
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(dir, "key"))))
	must(err)
	log := &files{dir: dir, verifier: verifier, trees: map[int64]tlog.Tree{}}
	for _, line := range strings.Fields(string(read(dir, "sizes"))) {
		size, err := strconv.ParseInt(line, 10, 64)
		must(err)
		log.sizes = append(log.sizes, size)
		log.trees[size] = log.checkpoint(size)
	}
	return log
}

// checkpoint opens a signed note and reads the tree in it. Its first line is the log's origin, where sumdb has another text.
func (log *files) checkpoint(size int64) tlog.Tree {
	msg := read(log.dir, "checkpoint", fmt.Sprint(size))
	opened, err := note.Open(msg, note.VerifierList(log.verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != log.verifier.Name() {
		fail("checkpoint %d is of %q", size, lines[0])
	}
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + strings.Join(lines[1:], "\n")))
	must(err)
	if tree.N != size {
		fail("checkpoint %d states size %d", size, tree.N)
	}
	if *altered {
		for at := 0; at < len(opened.Text); at++ {
			if _, err := note.Open(flip(msg, at), note.VerifierList(log.verifier)); err == nil {
				fail("checkpoint %d opens although byte %d was changed", size, at)
			}
		}
	}
	fmt.Printf("checkpoint %d\n", size)
	return tree
}

// reader serves tiles from the directory.
type reader struct {
	dir    string
	damage bool
}

func (r reader) Height() int { return height }

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(tile.Path())))
		if err != nil {
			return nil, err
		}
		if r.damage {
			data = flip(data, len(data)/2)
		}
		found = append(found, data)
	}
	return found, nil
}

func (r reader) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

// checkTiles has every tile of a size read, and the tree's root computed from them. sumdb compares each tile with the root.
func (log *files) checkTiles(size int64) {
	tree := log.trees[size]
	hashes := tlog.TileHashReader(tree, reader{log.dir, *altered})
	if *altered {
		if _, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, size-1)}); err == nil || os.IsNotExist(err) {
			fail("changed tiles of size %d are not refused: %v", size, err)
		}
		return
	}
	root, err := tlog.TreeHash(size, hashes)
	must(err)
	if root != tree.Hash {
		fail("the tiles of size %d have the root %v", size, root)
	}
	count := 0
	for _, tile := range tlog.NewTiles(height, 0, size) {
		// It also names what a tile was on the way to its width.
		if tile.W < 1<<height && int64(tile.W) != size>>(uint(tile.L)*height)%(1<<height) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(log.dir, filepath.FromSlash(tile.Path())))
		must(err)
		computed, err := tlog.ReadTileData(tile, hashes)
		must(err)
		if !bytes.Equal(data, computed) {
			fail("%s differs", tile.Path())
		}
		count++
	}
	fmt.Printf("tiles %d: %d\n", size, count)
}

func (log *files) checkRecords() {
	for _, path := range log.list("record") {
		size, n := numbers(path)
		lines := strings.Split(strings.TrimSuffix(string(read(log.dir, "record", path)), "\n"), "\n")
		data, err := hex.DecodeString(lines[0])
		must(err)
		leaf := tlog.RecordHash(data)
		proof := tlog.RecordProof(hashesOf(lines[1:]))
		tree := log.trees[size]
		must(tlog.CheckRecord(proof, size, tree.Hash, n, leaf))
		own, err := tlog.ProveRecord(size, n, tlog.TileHashReader(tree, reader{log.dir, false}))
		must(err)
		if fmt.Sprint(own) != fmt.Sprint(proof) {
			fail("record/%s is not the proof that sumdb makes", path)
		}
		if *altered {
			if tlog.CheckRecord(proof, size, tree.Hash, n, tlog.RecordHash(append(data, 0))) == nil {
				fail("record/%s proves other data", path)
			}
			for i := range proof {
				if tlog.CheckRecord(changed(proof, i), size, tree.Hash, n, leaf) == nil {
					fail("record/%s holds although hash %d was changed", path, i)
				}
			}
		}
		fmt.Printf("record %s\n", path)
	}
}

func (log *files) checkTrees() {
	for _, path := range log.list("tree") {
		from, to := numbers(path)
		proof := tlog.TreeProof(hashesOf(strings.Fields(string(read(log.dir, "tree", path)))))
		old, tree := log.trees[from], log.trees[to]
		must(tlog.CheckTree(proof, to, tree.Hash, from, old.Hash))
		own, err := tlog.ProveTree(to, from, tlog.TileHashReader(tree, reader{log.dir, false}))
		must(err)
		if fmt.Sprint(own) != fmt.Sprint(proof) {
			fail("tree/%s is not the proof that sumdb makes", path)
		}
		if *altered {
			if tlog.CheckTree(proof, to, old.Hash, from, tree.Hash) == nil {
				fail("tree/%s proves the roots the other way round", path)
			}
			for i := range proof {
				if tlog.CheckTree(changed(proof, i), to, tree.Hash, from, old.Hash) == nil {
					fail("tree/%s holds although hash %d was changed", path, i)
				}
			}
		}
		fmt.Printf("tree %s\n", path)
	}
}

// list gives the two-level paths below a directory, in the order of their names.
func (log *files) list(kind string) []string {
	found, err := filepath.Glob(filepath.Join(log.dir, kind, "*", "*"))
	must(err)
	sort.Strings(found)
	for i, path := range found {
		relative, err := filepath.Rel(filepath.Join(log.dir, kind), path)
		must(err)
		found[i] = filepath.ToSlash(relative)
	}
	if len(found) == 0 {
		fail("there is nothing below %s", kind)
	}
	return found
}

func numbers(path string) (int64, int64) {
	parts := strings.Split(path, "/")
	a, err := strconv.ParseInt(parts[0], 10, 64)
	must(err)
	b, err := strconv.ParseInt(parts[1], 10, 64)
	must(err)
	return a, b
}

func hashesOf(lines []string) []tlog.Hash {
	hashes := []tlog.Hash{}
	for _, line := range lines {
		bytes, err := hex.DecodeString(line)
		must(err)
		var hash tlog.Hash
		if copy(hash[:], bytes) != tlog.HashSize || len(bytes) != tlog.HashSize {
			fail("%q is no hash", line)
		}
		hashes = append(hashes, hash)
	}
	return hashes
}

func changed(proof []tlog.Hash, i int) []tlog.Hash {
	copied := append([]tlog.Hash{}, proof...)
	copied[i][i%tlog.HashSize] ^= 1
	return copied
}

func flip(data []byte, at int) []byte {
	copied := append([]byte{}, data...)
	copied[at] ^= 1
	return copied
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	must(err)
	return data
}

func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}
