// A set of indexes, one bit each: which destinations of a table a peer has a path for, which forwardings a FIB uses.
// Walking it costs what is in it, in order; a chunk without members takes no memory.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

namespace vrfd {

class IndexSet {
 public:
  static constexpr std::uint32_t end = 0xFFFFFFFF;

  bool has(std::uint32_t index) const {
    const Chunk* chunk = chunk_of(index);
    return chunk != nullptr && (chunk->words[word_in(index)] >> (index & 63) & 1) != 0;
  }
  // True if it was not a member before.
  bool add(std::uint32_t index) {
    const std::size_t at = index >> chunk_shift;
    if (at >= chunks_.size()) chunks_.resize(at + 1);
    if (!chunks_[at]) chunks_[at] = std::make_unique<Chunk>();
    std::uint64_t& word = chunks_[at]->words[word_in(index)];
    const std::uint64_t bit = std::uint64_t{1} << (index & 63);
    if ((word & bit) != 0) return false;
    word |= bit;
    ++chunks_[at]->count;
    ++count_;
    return true;
  }
  // True if it was a member.
  bool remove(std::uint32_t index) {
    if (!has(index)) return false;
    auto& chunk = chunks_[index >> chunk_shift];
    chunk->words[word_in(index)] &= ~(std::uint64_t{1} << (index & 63));
    --count_;
    if (--chunk->count == 0) chunk.reset();
    return true;
  }
  // The first member at or after `index`; `end` if there is none.
  std::uint32_t next(std::uint32_t index) const {
    for (std::size_t at = index >> chunk_shift; at < chunks_.size();
         ++at, index = static_cast<std::uint32_t>(at << chunk_shift)) {
      if (!chunks_[at]) continue;
      for (std::uint32_t word = word_in(index); word != words_per_chunk; ++word) {
        std::uint64_t bits = chunks_[at]->words[word];
        if (word == word_in(index)) bits &= ~std::uint64_t{0} << (index & 63);
        if (bits != 0)
          return static_cast<std::uint32_t>((at << chunk_shift) + word * 64 +
                                            static_cast<std::uint32_t>(std::countr_zero(bits)));
      }
    }
    return end;
  }
  std::size_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  void clear() {
    chunks_.clear();
    count_ = 0;
  }
  // Becomes a copy of `other`.
  void assign(const IndexSet& other) {
    clear();
    for (std::uint32_t i = other.next(0); i != end; i = other.next(i + 1)) add(i);
  }

 private:
  static constexpr std::uint32_t chunk_shift = 12;
  static constexpr std::uint32_t words_per_chunk = (1u << chunk_shift) / 64;
  struct Chunk {
    std::uint64_t words[words_per_chunk] = {};
    std::uint32_t count = 0;
  };
  static std::uint32_t word_in(std::uint32_t index) { return index >> 6 & (words_per_chunk - 1); }
  const Chunk* chunk_of(std::uint32_t index) const {
    const std::size_t at = index >> chunk_shift;
    return at < chunks_.size() ? chunks_[at].get() : nullptr;
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t count_ = 0;
};

}  // namespace vrfd
