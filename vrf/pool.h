// Arrays that grow by chunks and never move: an element is a 32-bit index, and its address stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace vrfd {

// Elements per chunk. Small, since a box with a thousand VPN instances has thousands of nearly empty tables.
inline constexpr std::uint32_t chunk_bits = 8;
inline constexpr std::uint32_t chunk_elements = 1u << chunk_bits;

// `stride` elements of T belong to one index (1 unless told).
template <class T>
class Chunked {
 public:
  explicit Chunked(std::size_t stride = 1) : stride_(stride) {}

  T* at(std::uint32_t index) { return &chunks_[index >> chunk_bits][(index & (chunk_elements - 1)) * stride_]; }
  const T* at(std::uint32_t index) const {
    return &chunks_[index >> chunk_bits][(index & (chunk_elements - 1)) * stride_];
  }
  // Makes `index` addressable; new elements are value-initialised.
  void reach(std::uint32_t index) {
    while ((chunks_.size() << chunk_bits) <= index) chunks_.push_back(std::make_unique<T[]>(stride_ * chunk_elements));
  }
  std::size_t octets() const { return (chunks_.size() << chunk_bits) * stride_ * sizeof(T); }
  void clear() { chunks_.clear(); }

 private:
  std::size_t stride_;
  std::vector<std::unique_ptr<T[]>> chunks_;
};

// Something that is kept beside each destination (or path) of a table. Reading what was never written gives `T{}`; a
// chunk without anything written takes no memory.
template <class T>
class PerDestination {
 public:
  T get(std::uint32_t index) const {
    const std::size_t chunk = index >> chunk_bits;
    if (chunk >= chunks_.size() || !chunks_[chunk]) return T{};
    return chunks_[chunk][index & (chunk_elements - 1)];
  }
  T& at(std::uint32_t index) {
    const std::size_t chunk = index >> chunk_bits;
    if (chunk >= chunks_.size()) chunks_.resize(chunk + 1);
    if (!chunks_[chunk]) chunks_[chunk] = std::make_unique<T[]>(chunk_elements);
    return chunks_[chunk][index & (chunk_elements - 1)];
  }
  // As `at(index) = value`, without memory for what `T{}` is anyway.
  void set(std::uint32_t index, const T& value) {
    const std::size_t chunk = index >> chunk_bits;
    if (value == T{} && (chunk >= chunks_.size() || !chunks_[chunk])) return;
    at(index) = value;
  }
  // One more than the highest index that may differ from `T{}`.
  std::uint32_t limit() const { return static_cast<std::uint32_t>(chunks_.size() << chunk_bits); }
  std::size_t octets() const {
    std::size_t used = 0;
    for (const auto& chunk : chunks_) used += chunk ? chunk_elements * sizeof(T) : 0;
    return used;
  }

 private:
  std::vector<std::unique_ptr<T[]>> chunks_;
};

}  // namespace vrfd
