// Memory for records that never change and whose size whoever frees them still knows: no header, no move.
//
// A record is a number of granules of 8 octets in one chunk; its name is the 32-bit number of its first granule. A
// freed record waits in a list for the next one of its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace vrfd {

class RecordPool {
 public:
  using Ref = std::uint32_t;
  // Room for the largest record; memory of a chunk that was never used is never touched.
  static constexpr std::size_t largest = std::size_t{1} << 19;

  // Aligned to 8; at most `largest` octets.
  Ref allocate(std::size_t octets);
  void free(Ref ref, std::size_t octets);

  std::uint8_t* at(Ref ref) {
    return reinterpret_cast<std::uint8_t*>(&chunks_[ref >> chunk_bits][ref & (chunk_granules - 1)]);
  }
  const std::uint8_t* at(Ref ref) const {
    return reinterpret_cast<const std::uint8_t*>(&chunks_[ref >> chunk_bits][ref & (chunk_granules - 1)]);
  }
  // Octets of records that are there.
  std::size_t used() const { return used_ * granule; }

 private:
  using Granule = std::uint64_t;
  static constexpr std::size_t granule = sizeof(Granule);
  static constexpr std::uint32_t chunk_bits = 16;
  static constexpr std::uint32_t chunk_granules = 1u << chunk_bits;
  static constexpr Ref none = 0xFFFFFFFF;

  static std::size_t granules_of(std::size_t octets) { return (octets + granule - 1) / granule; }
  void put_aside(Ref ref, std::size_t granules);

  std::vector<std::unique_ptr<Granule[]>> chunks_;
  std::uint32_t next_ = 0;  // the first granule of the last chunk that was never used
  std::vector<Ref> freed_;  // by number of granules: the first of a list, which goes on in the records themselves
  std::size_t used_ = 0;
};

}  // namespace vrfd
