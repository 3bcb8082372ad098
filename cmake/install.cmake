# Installed files: library, headers, program, models.
include(GNUInstallDirs)
install(TARGETS spiqe ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
                      LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/spiqe DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
